package dev.holdfast.uplink.accessgrant;

import dev.holdfast.protocol.apikey.AllowedPath;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.apikey.Caveat;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.uplink.accessgrant.AccessRestriction.AllowedDirectory;
import dev.holdfast.uplink.encryption.Directory;
import dev.holdfast.uplink.encryption.KeyPath;
import dev.holdfast.uplink.encryption.KeyText;
import dev.holdfast.uplink.keyslots.MasterKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * All that is needed to use a project or a part of it: which satellite, the API key it accepts, the
 * keys of the data and the public key that owns the pieces. Whoever has its text has the access, so
 * it is a secret. Immutable; {@link #toString} tells no secret.
 */
public final class AccessGrant {
  /** Most directories of a grant. */
  public static final int MAX_DIRECTORIES = Caveat.MAX_PATHS;

  private final PeerAddress satellite;
  private final ApiKey apiKey;
  private final byte[] recoveryPublicKey;
  private final int keyEpoch;
  private final PathKeys keys;

  AccessGrant(
      PeerAddress satellite, ApiKey apiKey, byte[] recoveryPublicKey, int keyEpoch, PathKeys keys) {
    this.satellite = satellite;
    this.apiKey = apiKey;
    this.recoveryPublicKey = recoveryPublicKey;
    this.keyEpoch = keyEpoch;
    this.keys = keys;
  }

  /** A grant for all that the API key allows, with the keys of all data. */
  public static AccessGrant create(PeerAddress satellite, ApiKey apiKey, MasterKey master) {
    int epoch = MasterKey.KEY_EPOCH;
    return new AccessGrant(
        satellite,
        apiKey,
        master.recoveryPublicKey(),
        epoch,
        new PathKeys.AllBuckets(master.dataBranch(epoch), epoch));
  }

  /**
   * Reads the text form.
   *
   * @throws HoldfastException with {@code access-grant-invalid} for anything else; the message
   *     never repeats the text
   */
  public static AccessGrant parse(String text) {
    return AccessGrantCodec.decode(text);
  }

  /** The text form: letters, digits, '-' and '_'. A secret. */
  public String serialize() {
    return AccessGrantCodec.encode(this);
  }

  /**
   * A grant that allows less. Needs no satellite and cannot be undone by who holds the result.
   *
   * @throws HoldfastException with {@code path-denied} for a directory that this grant has no key
   *     for, {@code bad-request} for one that is too deep or for too many
   */
  public AccessGrant restrict(AccessRestriction restriction, SecureRandom random) {
    List<GrantedDirectory> granted = new ArrayList<>();
    List<AllowedPath> paths = new ArrayList<>();
    if (restriction.directories().size() > MAX_DIRECTORIES) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "An access grant has at most "
              + MAX_DIRECTORIES
              + " directories, not "
              + restriction.directories().size()
              + ".");
    }
    for (AllowedDirectory allowed : restriction.directories()) {
      GrantedDirectory directory = granted(allowed);
      granted.add(directory);
      paths.add(new AllowedPath(allowed.bucket(), directory.directory().encodedPath()));
    }
    Caveat caveat =
        Caveat.unrestricted(random)
            .withOperations(restriction.operations())
            .withPaths(paths)
            .withNotBefore(restriction.notBefore())
            .withNotAfter(restriction.notAfter())
            .withNoDelete(restriction.noDelete());
    return new AccessGrant(
        satellite,
        restricted(caveat),
        recoveryPublicKey,
        keyEpoch,
        granted.isEmpty() ? keys : new PathKeys.SomeDirectories(granted));
  }

  private ApiKey restricted(Caveat caveat) {
    try {
      return apiKey.restrict(caveat);
    } catch (IllegalArgumentException e) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST, "This access grant cannot be restricted so: " + e.getMessage(), e);
    }
  }

  private GrantedDirectory granted(AllowedDirectory allowed) {
    byte[] prefix = KeyText.encode(allowed.prefix());
    KeyPath path = KeyPath.split(prefix);
    if (prefix.length > KeyPath.MAX_KEY_BYTES || path.name().length > 0) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "Access can be restricted to directories down to a depth of "
              + KeyPath.MAX_DIRECTORIES
              + " and to prefixes of "
              + KeyPath.MAX_KEY_BYTES
              + " bytes; this prefix goes beyond.");
    }
    Directory directory = keys.directory(allowed.bucket(), path.directories());
    return GrantedDirectory.of(directory, allowed.prefix(), prefix);
  }

  public PeerAddress satellite() {
    return satellite;
  }

  /** A secret. */
  public ApiKey apiKey() {
    return apiKey;
  }

  /** Ed25519 public key that every owner's commitment is made of, 32 bytes; a copy. */
  public byte[] recoveryPublicKey() {
    return recoveryPublicKey.clone();
  }

  /** Epoch of the data keys. */
  public int keyEpoch() {
    return keyEpoch;
  }

  public PathKeys keys() {
    return keys;
  }

  @Override
  public String toString() {
    return "AccessGrant[" + satellite + ", " + apiKey + "]";
  }
}
