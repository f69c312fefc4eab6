package dev.holdfast.protocol.tls;

import dev.holdfast.protocol.identity.TlsKey;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Offers the peer's present TLS key at every handshake, so that a renewed one is used without a
 * restart.
 */
final class PeerKeyManager extends X509ExtendedKeyManager {
  private static final String ALIAS = "holdfast";
  private static final String KEY_TYPE = "EC";

  private final TlsKey key;

  PeerKeyManager(TlsKey key) {
    this.key = key;
  }

  private static boolean offersOurs(String keyType) {
    return keyType.equals(KEY_TYPE) || keyType.startsWith(KEY_TYPE + "_");
  }

  private static @Nullable String choose(String[] keyTypes) {
    for (String keyType : keyTypes) {
      if (offersOurs(keyType)) {
        return ALIAS;
      }
    }
    return null;
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return offersOurs(keyType) ? new String[] {ALIAS} : new String[0];
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return getClientAliases(keyType, issuers);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return choose(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return offersOurs(keyType) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return choose(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return offersOurs(keyType) ? ALIAS : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return alias.equals(ALIAS) ? key.chain().toArray(X509Certificate[]::new) : null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return alias.equals(ALIAS) ? key.privateKey() : null;
  }
}
