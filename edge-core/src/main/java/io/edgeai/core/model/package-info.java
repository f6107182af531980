/**
 * The vocabulary: models, versions, formats, workload types, tensors and signatures. Values only; nothing here reads a file or runs a model.
 */
@NullMarked
package io.edgeai.core.model;

import org.jspecify.annotations.NullMarked;
