/**
 * Decides whether nodes still hold what they acknowledged. Suspicions come in from uplinks; only a
 * proof counts. Repair does not belong here.
 */
@NullMarked
package dev.holdfast.satellite.audit;

import org.jspecify.annotations.NullMarked;
