/**
 * The hard constraints every placement keeps, each with the amount by which a candidate breaks it. One class per family: resources, service level, policy, times.
 */
@NullMarked
package io.edgeai.placement.constraint;

import org.jspecify.annotations.NullMarked;
