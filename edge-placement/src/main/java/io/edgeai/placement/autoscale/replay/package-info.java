/**
 * Replays a trace of requests against an autoscaler, request by request in virtual time, and says what it cost and how many answers were late. The same seed gives the same arrivals, service times and cold starts to every policy.
 */
@NullMarked
package io.edgeai.placement.autoscale.replay;

import org.jspecify.annotations.NullMarked;
