/**
 * One file for each family of estimators: how its fitted attributes become ONNX nodes, in double precision wherever ONNX
 * Runtime has the kernels. {@link io.edgeai.formats.sklearn.ops.Converters} lists them all.
 */
@NullMarked
package io.edgeai.formats.sklearn.ops;

import org.jspecify.annotations.NullMarked;
