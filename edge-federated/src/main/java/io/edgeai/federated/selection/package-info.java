/**
 * Who takes part in a round and who of them is slow. All choices are functions of a seeded generator, so a run can be repeated exactly.
 */
@NullMarked
package io.edgeai.federated.selection;

import org.jspecify.annotations.NullMarked;
