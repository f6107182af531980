/**
 * Retraining on the inference runtime: fine-tuning of pruned models, distillation from a teacher, and quantization-aware
 * training. One class does the training, with labels, a teacher, or both.
 */
@NullMarked
package io.edgeai.optimize.retrain;

import org.jspecify.annotations.NullMarked;
