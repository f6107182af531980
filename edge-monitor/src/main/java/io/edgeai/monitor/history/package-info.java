/**
 * What a monitor saw, on disk: windows, alerts and health in append-only files of checksummed records, bounded in size and
 * age. A process that is killed loses at most the record it was writing; a damaged end is cut at the last record whose
 * checksum holds.
 */
@NullMarked
package io.edgeai.monitor.history;

import org.jspecify.annotations.NullMarked;
