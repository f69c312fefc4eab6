/** Keeps projects and their buckets. Objects in a bucket belong to metadata. */
@NullMarked
package dev.holdfast.satellite.projects;

import org.jspecify.annotations.NullMarked;
