package dev.holdfast.uplink;

import java.util.Map;

/**
 * What a user hangs on an object: all of it is encrypted before it leaves the process.
 *
 * @param contentType MIME type, may be empty
 * @param headers standard headers to return with the object, by lower-case name (cache-control,
 *     content-encoding, content-disposition, content-language, expires)
 * @param user user metadata, by lower-case name
 * @param tags object tags
 */
public record ObjectMetadata(
    String contentType,
    Map<String, String> headers,
    Map<String, String> user,
    Map<String, String> tags) {
  public static final ObjectMetadata NONE = new ObjectMetadata("", Map.of(), Map.of(), Map.of());

  public ObjectMetadata {
    headers = Map.copyOf(headers);
    user = Map.copyOf(user);
    tags = Map.copyOf(tags);
  }
}
