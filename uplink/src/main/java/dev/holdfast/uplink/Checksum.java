package dev.holdfast.uplink;

/**
 * A checksum that a client declared and a gateway verified.
 *
 * @param algorithm S3's name: CRC32, CRC32C, CRC64NVME, SHA1 or SHA256
 * @param value Base64 of the value; composite values end in "-" and the count of parts
 * @param fullObject whether it covers the whole object's bytes rather than the parts' checksums
 */
public record Checksum(String algorithm, String value, boolean fullObject) {}
