package dev.holdfast.uplink;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Buckets and objects of one project, seen through one access grant.
 *
 * <p>Thread-safe; every call blocks (meant for virtual threads). Failures are {@link
 * dev.holdfast.protocol.error.HoldfastException}s with a stable code. Object keys are any Unicode
 * string of 1 to 1,024 bytes in UTF-8, compared byte by byte and never normalized.
 */
public interface Project {
  /** Creates a bucket; fails with {@code bucket-exists} when this project has one of that name. */
  Bucket createBucket(String name);

  Optional<Bucket> findBucket(String name);

  /** Fails with {@code bucket-not-empty} while objects or multipart uploads are in it. */
  void deleteBucket(String name);

  /** Buckets in byte order of their names. */
  List<Bucket> listBuckets();

  /** Starts an upload; nothing is visible until {@link ObjectUpload#commit}. */
  ObjectUpload upload(String bucket, String key, UploadOptions options);

  /**
   * Reads an object's metadata; fails with {@code object-not-found}. Version 0 is the current one.
   */
  ObjectStat stat(String bucket, String key, long version);

  /** Opens an object for reading: metadata first, then bytes as they are asked for. */
  ObjectDownload download(String bucket, String key, DownloadOptions options);

  /** One page of a listing, in byte order of the keys. */
  ListPage list(String bucket, ListOptions options);

  /** Deletes; deleting an absent key is not an error and answers false. */
  boolean delete(String bucket, String key, DeleteOptions options);

  /** Deletes up to 1,000 keys; answers one result each, in the order asked. */
  List<DeleteResult> deleteAll(String bucket, List<String> keys);

  /** Copies inside the satellite, by re-wrapping keys; bytes do not move. */
  ObjectStat copy(
      String sourceBucket, String sourceKey, String bucket, String key, CopyOptions options);

  /** Starts a multipart upload and answers its id (URL-safe text). */
  String beginMultipart(String bucket, String key, UploadOptions options);

  /**
   * Starts the upload of one part, 1 to 10,000; replaces an earlier attempt of the part when
   * committed.
   */
  PartUpload uploadPart(String bucket, String key, String uploadId, int part);

  PartPage listParts(String bucket, String key, String uploadId, int afterPart, int limit);

  MultipartPage listMultiparts(
      String bucket,
      String prefix,
      @Nullable String delimiter,
      @Nullable String keyMarker,
      @Nullable String uploadIdMarker,
      int limit);

  /**
   * Makes the chosen parts the object. The ETags must be those that the parts were committed with;
   * repeating a completed call succeeds with the same result.
   */
  ObjectStat completeMultipart(
      String bucket, String key, String uploadId, List<ChosenPart> parts, CompleteOptions options);

  void abortMultipart(String bucket, String key, String uploadId);
}
