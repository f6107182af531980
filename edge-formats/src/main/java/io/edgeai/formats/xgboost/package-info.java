/**
 * XGBoost models saved as JSON or UBJSON become ONNX tree ensembles. Structure and limits are checked before anything
 * is built.
 */
@NullMarked
package io.edgeai.formats.xgboost;

import org.jspecify.annotations.NullMarked;
