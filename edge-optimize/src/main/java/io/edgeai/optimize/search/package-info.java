/**
 * Choosing among candidates: what each one brings and costs, which satisfy the limits asked for, which are worth
 * choosing between, and which one to take. Nothing here measures; all figures come from outside.
 */
@NullMarked
package io.edgeai.optimize.search;

import org.jspecify.annotations.NullMarked;
