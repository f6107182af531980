/**
 * What a host may put in place of a stage of detection, or beside it. Every stage is small, sees one series, is called by one
 * thread at a time, and may say how it is kept over a restart.
 */
@NullMarked
package io.edgeai.monitor.anomaly.spi;

import org.jspecify.annotations.NullMarked;
