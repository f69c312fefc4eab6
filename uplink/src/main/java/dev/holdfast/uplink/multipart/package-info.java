/**
 * Multipart uploads: begun, fed with parts in any order, completed, aborted, listed.
 *
 * <p>An upload's id is the id of the object it will become; its object key is drawn at the start
 * and wrapped in its row, so any holder of the grant can send parts. Not here: a part's bytes
 * ({@code write}).
 */
@NullMarked
package dev.holdfast.uplink.multipart;

import org.jspecify.annotations.NullMarked;
