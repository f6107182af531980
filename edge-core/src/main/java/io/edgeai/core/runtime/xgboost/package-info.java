/**
 * XGBoost's own library behind {@link io.edgeai.core.runtime.InferenceRuntime}; its types stay in here. Optional: without
 * the dependency the engine says what to add.
 */
@NullMarked
package io.edgeai.core.runtime.xgboost;

import org.jspecify.annotations.NullMarked;
