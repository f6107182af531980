/**
 * Keeps which version, with which bytes, answered which request, in files that are bounded by size and age. Who answers
 * hands a request's id over and goes on; a thread of the journal's own writes it down. Knows no registry and no endpoint.
 */
@NullMarked
package io.edgeai.core.answers;

import org.jspecify.annotations.NullMarked;
