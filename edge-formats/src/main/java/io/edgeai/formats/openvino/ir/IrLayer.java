package io.edgeai.formats.openvino.ir;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A layer of a graph.
 *
 * @param id its number
 * @param name as the converter gave it
 * @param type operation
 * @param opset operation set by name and number
 * @param data attributes
 * @param inputs input ports in order
 * @param outputs output ports in order
 * @param bodies nested graphs by element name: {@code body}, {@code then_body}, {@code else_body}
 * @param portMaps how nested graphs' layers meet the ports, by element name
 */
public record IrLayer(
        String id,
        String name,
        String type,
        String opset,
        Map<String, String> data,
        List<IrPort> inputs,
        List<IrPort> outputs,
        Map<String, IrGraph> bodies,
        Map<String, List<Map<String, String>>> portMaps) {

    /** The number in its opset's name, 1 where it has none. */
    public int opsetNumber() {
        String digits = opset.replaceAll("\\D", "");
        return digits.isEmpty() || digits.length() > 4 ? 1 : Integer.parseInt(digits);
    }

    /** The operation in lower case: converters differ in capitals. */
    public String key() {
        return type.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return type + "(" + name + ")";
    }
}
