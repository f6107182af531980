package io.edgeai.formats.openvino.ir;

/**
 * An OpenVINO model.
 *
 * @param name of the net
 * @param version of the IR
 * @param producer what wrote it, empty where not stated
 * @param graph its layers
 * @param weights its constants
 */
public record IrModel(String name, int version, String producer, IrGraph graph, IrWeights weights) {}
