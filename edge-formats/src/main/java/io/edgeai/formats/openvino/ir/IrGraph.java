package io.edgeai.formats.openvino.ir;

import java.util.List;
import java.util.Map;

/**
 * A graph, the model's or one nested in a layer.
 *
 * @param layers in file order
 * @param edges from {@code layer:port} that reads to {@code layer:port} that is read
 */
public record IrGraph(List<IrLayer> layers, Map<String, String> edges) {}
