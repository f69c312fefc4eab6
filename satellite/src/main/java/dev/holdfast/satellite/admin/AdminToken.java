package dev.holdfast.satellite.admin;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The secret that makes its holder the satellite's operator: 32 random bytes in a file that only
 * its owner reads. Lets nobody else reach the service that it guards. Thread-safe.
 */
public final class AdminToken implements ServerInterceptor {

  /** Carries the token as 64 hexadecimal digits. */
  public static final Metadata.Key<String> HEADER =
      Metadata.Key.of("holdfast-admin-token", Metadata.ASCII_STRING_MARSHALLER);

  private static final int TOKEN_BYTES = 32;

  private final SecretBytes token;

  public AdminToken(SecretBytes token) {
    if (token.lengthBytes() != TOKEN_BYTES) {
      throw new IllegalArgumentException(
          "an admin token has %d bytes, not %d".formatted(TOKEN_BYTES, token.lengthBytes()));
    }
    this.token = token;
  }

  /** Reads the file, or makes it with mode 0600 when it does not exist. */
  public static AdminToken open(Path file, SecureRandom random) {
    try {
      if (Files.notExists(file)) {
        create(file, random);
      }
      byte[] bytes = parse(Files.readString(file, StandardCharsets.US_ASCII).strip());
      if (bytes.length != TOKEN_BYTES) {
        throw new IllegalStateException(
            "admin token file %s does not hold 64 hexadecimal digits; delete it, a new one is made at the next start"
                .formatted(file));
      }
      AdminToken opened = new AdminToken(SecretBytes.copyOf(bytes));
      Arrays.fill(bytes, (byte) 0);
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException("admin token file " + file + " cannot be read or made", e);
    }
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String offered = headers.get(HEADER);
    if (offered == null || !MessageDigest.isEqual(parse(offered), token.expose())) {
      StatusRuntimeException refusal =
          GrpcErrors.toGrpc(
              new HoldfastException(
                  ErrorCode.ADMIN_TOKEN_INVALID,
                  "the call needs the satellite's admin token, which stands in its folder in the file admin-token"));
      call.close(
          refusal.getStatus().withCause(null),
          Objects.requireNonNullElseGet(refusal.getTrailers(), Metadata::new));
      return new ServerCall.Listener<>() {};
    }
    return next.startCall(call, headers);
  }

  /** The bytes of a hexadecimal text; empty for any other text. */
  private static byte[] parse(String hex) {
    try {
      return HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static void create(Path file, SecureRandom random) throws IOException {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    // Written beside its place and moved, so that a crash leaves no half token.
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer text =
          ByteBuffer.wrap(HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
