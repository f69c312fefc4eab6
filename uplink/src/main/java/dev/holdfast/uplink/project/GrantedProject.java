package dev.holdfast.uplink.project;

import dev.holdfast.protocol.wire.DescribeProjectRequest;
import dev.holdfast.uplink.Bucket;
import dev.holdfast.uplink.ChosenPart;
import dev.holdfast.uplink.CompleteOptions;
import dev.holdfast.uplink.CopyOptions;
import dev.holdfast.uplink.DeleteOptions;
import dev.holdfast.uplink.DeleteResult;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ListOptions;
import dev.holdfast.uplink.ListPage;
import dev.holdfast.uplink.MultipartPage;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.PartPage;
import dev.holdfast.uplink.PartUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import dev.holdfast.uplink.listing.MultipartListing;
import dev.holdfast.uplink.listing.ObjectListing;
import dev.holdfast.uplink.multipart.Completion;
import dev.holdfast.uplink.multipart.MultipartUploads;
import dev.holdfast.uplink.object.ObjectCalls;
import dev.holdfast.uplink.object.ProjectAccess;
import dev.holdfast.uplink.read.ObjectReader;
import dev.holdfast.uplink.write.ObjectWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A project seen through one access grant. Thread-safe. */
public final class GrantedProject implements Project {
  private static final int UNKNOWN = -1;

  private final ProjectAccess access;
  private final Buckets buckets;
  private final ObjectCalls objects;
  private final ObjectListing listing;
  private final MultipartUploads multiparts;
  private final MultipartListing multipartListing;
  private final Completion completion;
  private volatile int maxInlineBytes = UNKNOWN;

  public GrantedProject(ProjectAccess access) {
    this.access = access;
    this.buckets = new Buckets(access.client());
    this.objects = new ObjectCalls(access);
    this.listing = new ObjectListing(access);
    this.multiparts = new MultipartUploads(access);
    this.multipartListing = new MultipartListing(access);
    this.completion = new Completion(access);
  }

  /** What the project works with. */
  public ProjectAccess access() {
    return access;
  }

  @Override
  public Bucket createBucket(String name) {
    return buckets.create(name);
  }

  @Override
  public Optional<Bucket> findBucket(String name) {
    return buckets.find(name);
  }

  @Override
  public void deleteBucket(String name) {
    buckets.delete(name);
    listing.written();
  }

  @Override
  public List<Bucket> listBuckets() {
    return buckets.list();
  }

  @Override
  public ObjectUpload upload(String bucket, String key, UploadOptions options) {
    return new ObjectWriter(
        access,
        access.keys().object(bucket, key),
        key,
        options,
        maxInlineBytes(),
        listing::written);
  }

  @Override
  public ObjectStat stat(String bucket, String key, long version) {
    return objects.open(bucket, key, version).stat();
  }

  @Override
  public ObjectDownload download(String bucket, String key, DownloadOptions options) {
    return ObjectReader.open(access, access.keys().object(bucket, key), key, options);
  }

  @Override
  public ListPage list(String bucket, ListOptions options) {
    return listing.page(bucket, options);
  }

  @Override
  public boolean delete(String bucket, String key, DeleteOptions options) {
    try {
      return objects.delete(bucket, key, options);
    } finally {
      listing.written();
    }
  }

  @Override
  public List<DeleteResult> deleteAll(String bucket, List<String> keys) {
    try {
      return objects.deleteAll(bucket, keys);
    } finally {
      listing.written();
    }
  }

  @Override
  public ObjectStat copy(
      String sourceBucket, String sourceKey, String bucket, String key, CopyOptions options) {
    try {
      return objects.copy(sourceBucket, sourceKey, bucket, key, options);
    } finally {
      listing.written();
    }
  }

  @Override
  public String beginMultipart(String bucket, String key, UploadOptions options) {
    return multiparts.begin(bucket, key, options);
  }

  @Override
  public PartUpload uploadPart(String bucket, String key, String uploadId, int part) {
    return multiparts.part(bucket, key, uploadId, part, maxInlineBytes());
  }

  @Override
  public PartPage listParts(String bucket, String key, String uploadId, int afterPart, int limit) {
    return multiparts.parts(bucket, key, uploadId, afterPart, limit);
  }

  @Override
  public MultipartPage listMultiparts(
      String bucket,
      String prefix,
      @Nullable String delimiter,
      @Nullable String keyMarker,
      @Nullable String uploadIdMarker,
      int limit) {
    return multipartListing.page(bucket, prefix, delimiter, keyMarker, uploadIdMarker, limit);
  }

  @Override
  public ObjectStat completeMultipart(
      String bucket, String key, String uploadId, List<ChosenPart> parts, CompleteOptions options) {
    try {
      return completion.complete(bucket, key, uploadId, parts, options);
    } finally {
      listing.written();
    }
  }

  @Override
  public void abortMultipart(String bucket, String key, String uploadId) {
    multiparts.abort(bucket, key, uploadId);
  }

  /**
   * Asked once: the satellite keeps to what it has said as long as it runs, and refuses what is
   * larger later.
   */
  private int maxInlineBytes() {
    int known = maxInlineBytes;
    if (known == UNKNOWN) {
      known =
          access
              .client()
              .call(stub -> stub.describeProject(DescribeProjectRequest.getDefaultInstance()))
              .getMaxInlineBytes();
      maxInlineBytes = known;
    }
    return known;
  }
}
