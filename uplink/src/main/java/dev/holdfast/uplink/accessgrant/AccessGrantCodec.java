package dev.holdfast.uplink.accessgrant;

import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.mac.LabeledHash;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.uplink.encryption.Directory;
import dev.holdfast.uplink.encryption.KeyPath;
import dev.holdfast.uplink.encryption.KeyText;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Text form of access grants: "hfaccess1" and Base64 (URL alphabet, unpadded) of the fields and the
 * first 4 bytes of their SHA-256.
 */
final class AccessGrantCodec {
  private static final String TAG = "hfaccess1";
  private static final byte VERSION = 1;
  private static final byte ALL_BUCKETS = 0;
  private static final byte SOME_DIRECTORIES = 1;
  private static final int CHECKSUM_BYTES = 4;
  private static final int KEY_BYTES = 32;
  private static final int MAX_TEXT_CHARS = 1 << 20;

  private AccessGrantCodec() {}

  static String encode(AccessGrant grant) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(VERSION);
    prefixed(out, grant.satellite().toString().getBytes(StandardCharsets.UTF_8));
    prefixed(out, grant.apiKey().serialize());
    out.writeBytes(grant.recoveryPublicKey());
    out.write(grant.keyEpoch());
    switch (grant.keys()) {
      case PathKeys.AllBuckets all -> {
        out.write(ALL_BUCKETS);
        out.writeBytes(all.dataBranch().expose());
      }
      case PathKeys.SomeDirectories some -> {
        out.write(SOME_DIRECTORIES);
        out.write(some.granted().size());
        for (GrantedDirectory granted : some.granted()) {
          prefixed(out, KeyText.encode(granted.directory().bucket()));
          prefixed(out, KeyText.encode(granted.prefix()));
          prefixed(out, granted.directory().encodedPath());
          out.writeBytes(granted.directory().key().expose());
        }
      }
    }
    out.writeBytes(checksum(out.toByteArray()));
    return TAG + Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
  }

  static AccessGrant decode(String text) {
    String trimmed = text.strip();
    if (trimmed.length() > MAX_TEXT_CHARS || !trimmed.startsWith(TAG)) {
      throw invalid("it does not start with " + TAG);
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(trimmed.substring(TAG.length()));
    } catch (IllegalArgumentException e) {
      throw invalid("a character is none of Base64's");
    }
    if (bytes.length <= CHECKSUM_BYTES) {
      throw invalid("it is cut off");
    }
    byte[] fields = Arrays.copyOf(bytes, bytes.length - CHECKSUM_BYTES);
    if (!Arrays.equals(checksum(fields), Arrays.copyOfRange(bytes, fields.length, bytes.length))) {
      throw invalid("its checksum does not fit; it was cut off or mistyped");
    }
    ByteBuffer in = ByteBuffer.wrap(fields);
    try {
      AccessGrant grant = fields(in);
      if (in.hasRemaining()) {
        throw invalid(in.remaining() + " bytes are left over");
      }
      return grant;
    } catch (BufferUnderflowException e) {
      throw invalid("it ends too early");
    } catch (IllegalArgumentException e) {
      throw invalid("its satellite address cannot be read");
    }
  }

  private static AccessGrant fields(ByteBuffer in) {
    byte version = in.get();
    if (version != VERSION) {
      throw invalid("it has version " + version + " and this release reads version 1: update it");
    }
    PeerAddress satellite = PeerAddress.parse(new String(prefixed(in), StandardCharsets.UTF_8));
    ApiKey apiKey = apiKey(prefixed(in));
    byte[] recoveryPublicKey = fixed(in);
    int keyEpoch = in.get() & 0xFF;
    byte kind = in.get();
    PathKeys keys =
        switch (kind) {
          case ALL_BUCKETS -> new PathKeys.AllBuckets(secret(in), keyEpoch);
          case SOME_DIRECTORIES -> someDirectories(in, keyEpoch);
          default -> throw invalid("it holds keys of kind " + kind + ", known are 0 and 1");
        };
    return new AccessGrant(satellite, apiKey, recoveryPublicKey, keyEpoch, keys);
  }

  private static PathKeys someDirectories(ByteBuffer in, int keyEpoch) {
    int count = in.get() & 0xFF;
    if (count < 1 || count > AccessGrant.MAX_DIRECTORIES) {
      throw invalid("it names " + count + " directories");
    }
    List<GrantedDirectory> granted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String bucket = text(prefixed(in));
      byte[] prefix = prefixed(in);
      KeyPath path = KeyPath.split(prefix);
      if (path.name().length > 0) {
        throw invalid("one of its prefixes does not end with '/'");
      }
      byte[] encodedPath = prefixed(in);
      Directory directory =
          Directory.ofGrant(bucket, keyEpoch, secret(in), path.directories().size(), encodedPath);
      granted.add(GrantedDirectory.of(directory, text(prefix), prefix));
    }
    return new PathKeys.SomeDirectories(granted);
  }

  private static ApiKey apiKey(byte[] bytes) {
    try {
      return ApiKey.parse(bytes);
    } catch (HoldfastException e) {
      throw invalid("the API key in it cannot be read");
    }
  }

  private static String text(byte[] bytes) {
    try {
      return KeyText.decode(bytes);
    } catch (HoldfastException e) {
      throw invalid("a name in it is not UTF-8");
    }
  }

  private static SecretBytes secret(ByteBuffer in) {
    byte[] raw = fixed(in);
    SecretBytes secret = SecretBytes.copyOf(raw);
    Arrays.fill(raw, (byte) 0);
    return secret;
  }

  private static byte[] fixed(ByteBuffer in) {
    byte[] bytes = new byte[KEY_BYTES];
    in.get(bytes);
    return bytes;
  }

  private static void prefixed(ByteArrayOutputStream out, byte[] bytes) {
    if (bytes.length > 0xFFFF) {
      throw new IllegalStateException("A field of an access grant has " + bytes.length + " bytes.");
    }
    out.write(bytes.length >>> 8);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  private static byte[] prefixed(ByteBuffer in) {
    int length = in.getShort() & 0xFFFF;
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static byte[] checksum(byte[] fields) {
    return Arrays.copyOf(LabeledHash.newSha256().digest(fields), CHECKSUM_BYTES);
  }

  private static HoldfastException invalid(String why) {
    return new HoldfastException(
        ErrorCode.ACCESS_GRANT_INVALID,
        "This is not an access grant: " + why + ". Copy it whole, as one line.");
  }
}
