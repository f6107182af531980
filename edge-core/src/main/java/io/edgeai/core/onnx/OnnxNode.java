package io.edgeai.core.onnx;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One operator of a graph. Mutable; the lists and the map it returns are live. An empty string among inputs or outputs
 * is an optional one left out, as in ONNX. Not thread-safe.
 */
public final class OnnxNode {
    private String name;
    private String op;
    private String domain;
    private final List<String> inputs;
    private final List<String> outputs;
    private final Map<String, OnnxAttribute> attributes = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private String docString = "";
    private String overload = "";
    private ByteString carried = ByteString.EMPTY;

    public OnnxNode(String op, String name, List<String> inputs, List<String> outputs) {
        this.op = op;
        this.name = name;
        this.domain = "";
        this.inputs = new ArrayList<>(inputs);
        this.outputs = new ArrayList<>(outputs);
    }

    public String op() {
        return op;
    }

    public OnnxNode op(String newOp) {
        this.op = newOp;
        return this;
    }

    /** Operator set; empty is {@code ai.onnx}. */
    public String domain() {
        return domain;
    }

    public OnnxNode domain(String newDomain) {
        this.domain = newDomain;
        return this;
    }

    /** May be empty and need not be unique. */
    public String name() {
        return name;
    }

    public OnnxNode name(String newName) {
        this.name = newName;
        return this;
    }

    public String docString() {
        return docString;
    }

    public OnnxNode docString(String text) {
        this.docString = text;
        return this;
    }

    /** Selects among functions of one name; empty for operators. */
    public String overload() {
        return overload;
    }

    public OnnxNode overload(String text) {
        this.overload = text;
        return this;
    }

    /** Parts carried through unread (attributes' doc strings, unknown fields): a serialized {@code NodeProto}. */
    public ByteString carried() {
        return carried;
    }

    public OnnxNode carried(ByteString wire) {
        this.carried = wire;
        return this;
    }

    public List<String> inputs() {
        return inputs;
    }

    public List<String> outputs() {
        return outputs;
    }

    /** The i-th input's name, or "" where there is none. */
    public String input(int index) {
        return index < inputs.size() ? inputs.get(index) : "";
    }

    public String output(int index) {
        return index < outputs.size() ? outputs.get(index) : "";
    }

    public Map<String, OnnxAttribute> attributes() {
        return attributes;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    public OnnxNode attribute(String key, OnnxAttribute value) {
        attributes.put(key, value);
        return this;
    }

    public OnnxNode attribute(String key, long value) {
        return attribute(key, new OnnxAttribute.OfInt(value));
    }

    public OnnxNode attribute(String key, float value) {
        return attribute(key, new OnnxAttribute.OfFloat(value));
    }

    public OnnxNode attribute(String key, String value) {
        return attribute(key, OnnxAttribute.OfString.of(value));
    }

    public OnnxNode attribute(String key, long[] values) {
        return attribute(key, OnnxAttribute.OfInts.of(values));
    }

    public long intAttribute(String key, long otherwise) {
        OnnxAttribute value = attributes.get(key);
        return value == null
                ? otherwise
                : expect(key, value, OnnxAttribute.OfInt.class).value();
    }

    public float floatAttribute(String key, float otherwise) {
        OnnxAttribute value = attributes.get(key);
        return value == null
                ? otherwise
                : expect(key, value, OnnxAttribute.OfFloat.class).value();
    }

    public String stringAttribute(String key, String otherwise) {
        OnnxAttribute value = attributes.get(key);
        return value == null
                ? otherwise
                : expect(key, value, OnnxAttribute.OfString.class).text();
    }

    public long @Nullable [] intsAttribute(String key) {
        OnnxAttribute value = attributes.get(key);
        return value == null
                ? null
                : expect(key, value, OnnxAttribute.OfInts.class).array();
    }

    public @Nullable OnnxTensor tensorAttribute(String key) {
        OnnxAttribute value = attributes.get(key);
        return value == null
                ? null
                : expect(key, value, OnnxAttribute.OfTensor.class).value();
    }

    /** Graphs nested in attributes (the branches of If, the body of Loop and Scan), in attribute order. */
    public List<OnnxGraph> subgraphs() {
        List<OnnxGraph> found = new ArrayList<>();
        for (OnnxAttribute value : attributes.values()) {
            if (value instanceof OnnxAttribute.OfGraph graph) {
                found.add(graph.value());
            } else if (value instanceof OnnxAttribute.OfGraphs graphs) {
                found.addAll(graphs.values());
            }
        }
        return found;
    }

    /** Names of all values it needs: its inputs and what its nested graphs read from the graphs around them. */
    public Set<String> reads() {
        Set<String> read = new LinkedHashSet<>(inputs);
        subgraphs().forEach(nested -> read.addAll(nested.outerReads()));
        read.remove("");
        return read;
    }

    /** A copy whose nested graphs are made by {@code nested}. */
    OnnxNode copy(UnaryOperator<OnnxGraph> nested) {
        OnnxNode copy = new OnnxNode(op, name, inputs, outputs)
                .domain(domain)
                .docString(docString)
                .overload(overload)
                .carried(carried);
        copy.metadata.putAll(metadata);
        attributes.forEach((key, value) -> {
            OnnxAttribute own = value;
            if (value instanceof OnnxAttribute.OfGraph graph) {
                own = new OnnxAttribute.OfGraph(nested.apply(graph.value()));
            } else if (value instanceof OnnxAttribute.OfGraphs graphs) {
                own = new OnnxAttribute.OfGraphs(
                        graphs.values().stream().map(nested).toList());
            }
            copy.attributes.put(key, own);
        });
        return copy;
    }

    private <T extends OnnxAttribute> T expect(String key, OnnxAttribute value, Class<T> kind) {
        if (!kind.isInstance(value)) {
            throw new InvalidInputException("Attribute (" + key + ") of " + this + " is "
                    + value.getClass().getSimpleName() + ", not " + kind.getSimpleName() + ".");
        }
        return kind.cast(value);
    }

    @Override
    public String toString() {
        return op + "(" + (name.isEmpty() ? String.join(",", outputs) : name) + ")";
    }
}
