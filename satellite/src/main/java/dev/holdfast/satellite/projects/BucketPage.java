package dev.holdfast.satellite.projects;

import java.util.List;

/** Some buckets in the order of their names, and whether there are more. */
public record BucketPage(List<Bucket> buckets, boolean more) {
  public BucketPage {
    buckets = List.copyOf(buckets);
  }
}
