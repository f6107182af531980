/**
 * What to do about a version, from what was measured of it and of its siblings. An advice names its expected gain and the
 * figures behind it, and is silent where the figures do not carry it.
 */
@NullMarked
package io.edgeai.monitor.advice;

import org.jspecify.annotations.NullMarked;
