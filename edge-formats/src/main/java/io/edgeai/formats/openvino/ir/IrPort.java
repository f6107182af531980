package io.edgeai.formats.openvino.ir;

/**
 * A port of a layer.
 *
 * @param id its number in the layer
 * @param precision element type in lower case such as {@code f32}; empty where not stated
 * @param dims dimensions, -1 where open
 * @param names tensor names, separated by commas; empty where none
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record IrPort(String id, String precision, long[] dims, String names) {}
