package dev.holdfast.s3gateway.credential;

import java.util.Optional;

/** Finds who an access key belongs to. Thread-safe. */
public interface Tenants {
  Optional<Tenant> find(String accessKeyId);

  /** Exactly one. */
  static Tenants of(Tenant tenant) {
    return id -> id.equals(tenant.accessKeyId()) ? Optional.of(tenant) : Optional.empty();
  }
}
