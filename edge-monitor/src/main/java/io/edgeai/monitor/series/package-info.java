/**
 * Series of a host's own: any figure that is measured or counted now and then, watched like a version's signals. Windows,
 * curves, alerts and history are the same; what is usual is learnt by a detector whose stages may be replaced.
 */
@NullMarked
package io.edgeai.monitor.series;

import org.jspecify.annotations.NullMarked;
