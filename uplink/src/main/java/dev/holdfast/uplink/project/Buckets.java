package dev.holdfast.uplink.project;

import dev.holdfast.protocol.wire.CreateBucketRequest;
import dev.holdfast.protocol.wire.DeleteBucketRequest;
import dev.holdfast.protocol.wire.ListBucketsRequest;
import dev.holdfast.protocol.wire.ListBucketsResponse;
import dev.holdfast.uplink.Bucket;
import dev.holdfast.uplink.metadataclient.MetadataClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The buckets of a project. Thread-safe. */
final class Buckets {
  private static final int PAGE = 1000;

  private final MetadataClient client;

  Buckets(MetadataClient client) {
    this.client = client;
  }

  Bucket create(String name) {
    CreateBucketRequest request = CreateBucketRequest.newBuilder().setName(name).build();
    return bucket(client.call(stub -> stub.createBucket(request)).getBucket());
  }

  void delete(String name) {
    DeleteBucketRequest request = DeleteBucketRequest.newBuilder().setName(name).build();
    var unused = client.call(stub -> stub.deleteBucket(request));
  }

  List<Bucket> list() {
    List<Bucket> buckets = new ArrayList<>();
    ListBucketsResponse page;
    do {
      page = page(buckets.isEmpty() ? "" : buckets.getLast().name());
      page.getBucketsList().forEach(found -> buckets.add(bucket(found)));
    } while (page.getMore() && page.getBucketsCount() > 0);
    return List.copyOf(buckets);
  }

  /** Reads from just before the name on: mostly one page. */
  Optional<Bucket> find(String name) {
    String after = name.isEmpty() ? "" : name.substring(0, name.length() - 1);
    while (true) {
      ListBucketsResponse page = page(after);
      for (var found : page.getBucketsList()) {
        if (found.getName().equals(name)) {
          return Optional.of(bucket(found));
        }
        after = found.getName();
      }
      if (!page.getMore() || page.getBucketsCount() == 0 || after.compareTo(name) > 0) {
        return Optional.empty();
      }
    }
  }

  private ListBucketsResponse page(String after) {
    ListBucketsRequest request =
        ListBucketsRequest.newBuilder().setAfter(after).setLimit(PAGE).build();
    return client.call(stub -> stub.listBuckets(request));
  }

  private static Bucket bucket(dev.holdfast.protocol.wire.Bucket bucket) {
    return new Bucket(bucket.getName(), Instant.ofEpochMilli(bucket.getCreatedMillis()));
  }
}
