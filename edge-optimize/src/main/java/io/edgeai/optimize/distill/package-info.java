/**
 * Knowledge distillation: a small model learns a large one's answers, with labels, with few, or with none. Teacher and
 * student are graphs; both run on the inference runtime.
 */
@NullMarked
package io.edgeai.optimize.distill;

import org.jspecify.annotations.NullMarked;
