package io.edgeai.placement.solver;

/**
 * A rule of standing near or apart that one more replica would break.
 *
 * @param group the group whose replicas stand in the way
 */
record Clash(int group) {}
