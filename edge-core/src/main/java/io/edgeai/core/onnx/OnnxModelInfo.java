package io.edgeai.core.onnx;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model file says about itself beside its graph: versions, producer, operator sets, metadata. Mutable; shared by
 * a graph and its subgraphs; maps and lists are live. Not thread-safe.
 */
public final class OnnxModelInfo {
    private long irVersion = 8;
    private String producerName = "edgeai";
    private String producerVersion = "";
    private String domain = "";
    private long modelVersion;
    private String docString = "";
    private final Map<String, Long> opsets = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<ByteString> functions = new ArrayList<>();
    private final List<ByteString> trainingInfo = new ArrayList<>();
    private ByteString unknownFields = ByteString.EMPTY;

    public long irVersion() {
        return irVersion;
    }

    public OnnxModelInfo irVersion(long version) {
        this.irVersion = version;
        return this;
    }

    public String producerName() {
        return producerName;
    }

    public OnnxModelInfo producerName(String name) {
        this.producerName = name;
        return this;
    }

    public String producerVersion() {
        return producerVersion;
    }

    public OnnxModelInfo producerVersion(String version) {
        this.producerVersion = version;
        return this;
    }

    public String domain() {
        return domain;
    }

    public OnnxModelInfo domain(String name) {
        this.domain = name;
        return this;
    }

    public long modelVersion() {
        return modelVersion;
    }

    public OnnxModelInfo modelVersion(long version) {
        this.modelVersion = version;
        return this;
    }

    public String docString() {
        return docString;
    }

    public OnnxModelInfo docString(String text) {
        this.docString = text;
        return this;
    }

    /** Operator set versions by domain; the standard set has the empty domain. */
    public Map<String, Long> opsets() {
        return opsets;
    }

    /** Version of the standard operator set, 0 where none is declared. */
    public long opset() {
        Long version = opsets.getOrDefault("", opsets.get("ai.onnx"));
        return version == null ? 0 : version;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    /** Model-local functions, each a serialized {@code FunctionProto}. */
    public List<ByteString> functions() {
        return functions;
    }

    /** Serialized {@code TrainingInfoProto} messages. */
    public List<ByteString> trainingInfo() {
        return trainingInfo;
    }

    /** Fields of the file that this version does not know, serialized. */
    public ByteString unknownFields() {
        return unknownFields;
    }

    public OnnxModelInfo unknownFields(ByteString wire) {
        this.unknownFields = wire;
        return this;
    }

    public OnnxModelInfo copy() {
        OnnxModelInfo copy = new OnnxModelInfo()
                .irVersion(irVersion)
                .producerName(producerName)
                .producerVersion(producerVersion)
                .domain(domain)
                .modelVersion(modelVersion)
                .docString(docString)
                .unknownFields(unknownFields);
        copy.opsets.putAll(opsets);
        copy.metadata.putAll(metadata);
        copy.functions.addAll(functions);
        copy.trainingInfo.addAll(trainingInfo);
        return copy;
    }
}
