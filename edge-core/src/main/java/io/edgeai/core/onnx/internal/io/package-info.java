/**
 * Translation between ONNX protobuf messages and the intermediate representation. Untrusted input ends here: everything beyond works on checked structures.
 */
@NullMarked
package io.edgeai.core.onnx.internal.io;

import org.jspecify.annotations.NullMarked;
