/**
 * An OpenVINO IR as its XML says it: layers with ports, edges, nested bodies, and constants in the .bin beside it. Read
 * by a streaming parser with document types off and under limits.
 */
@NullMarked
package io.edgeai.formats.openvino.ir;

import org.jspecify.annotations.NullMarked;
