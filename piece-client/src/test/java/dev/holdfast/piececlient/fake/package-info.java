/**
 * Storage nodes for tests: in memory, over real TLS, with faults at will. Nothing of the network
 * itself belongs here.
 */
@NullMarked
package dev.holdfast.piececlient.fake;

import org.jspecify.annotations.NullMarked;
