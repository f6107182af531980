/**
 * Fitted scikit-learn estimators and pipelines, read from their pickle or joblib files without Python, become ONNX
 * graphs. {@link io.edgeai.formats.sklearn.SklearnImporter} is the way in.
 */
@NullMarked
package io.edgeai.formats.sklearn;

import org.jspecify.annotations.NullMarked;
