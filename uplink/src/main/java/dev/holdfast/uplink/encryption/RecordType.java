package dev.holdfast.uplink.encryption;

/** Kinds of encrypted metadata records; ids are frozen. */
public enum RecordType {
  SUMMARY(1),
  DETAIL(2),
  PART(3),
  UPLOAD(4);

  private final int id;

  RecordType(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }
}
