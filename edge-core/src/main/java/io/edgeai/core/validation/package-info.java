/**
 * Gates that a model version passes before it may get traffic: from a scan of its bytes to a first load in a process of its
 * own, on this device. A {@link io.edgeai.core.validation.ValidationGate} of your own goes beside the built-in ones.
 */
@NullMarked
package io.edgeai.core.validation;

import org.jspecify.annotations.NullMarked;
