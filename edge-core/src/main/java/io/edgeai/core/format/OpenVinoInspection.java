package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** The layers of an OpenVINO graph; inputs are its Parameter layers, outputs its Result layers. */
final class OpenVinoInspection {
    private static final Map<String, ElementType> TYPES = Map.ofEntries(
            Map.entry("f32", ElementType.FLOAT),
            Map.entry("fp32", ElementType.FLOAT),
            Map.entry("f16", ElementType.FLOAT16),
            Map.entry("fp16", ElementType.FLOAT16),
            Map.entry("bf16", ElementType.BFLOAT16),
            Map.entry("f64", ElementType.DOUBLE),
            Map.entry("fp64", ElementType.DOUBLE),
            Map.entry("i8", ElementType.INT8),
            Map.entry("i16", ElementType.INT16),
            Map.entry("i32", ElementType.INT32),
            Map.entry("i64", ElementType.INT64),
            Map.entry("u8", ElementType.UINT8),
            Map.entry("u16", ElementType.UINT16),
            Map.entry("u32", ElementType.UINT32),
            Map.entry("u64", ElementType.UINT64),
            Map.entry("boolean", ElementType.BOOL),
            Map.entry("bool", ElementType.BOOL),
            Map.entry("i4", ElementType.INT4),
            Map.entry("u4", ElementType.UINT4),
            Map.entry("f8e4m3", ElementType.FLOAT8E4M3FN),
            Map.entry("f8e5m2", ElementType.FLOAT8E5M2),
            Map.entry("string", ElementType.STRING));

    private static final int MOST_NOTES = 60;
    private static final int MOST_DIMS = 255;
    private static final int LONGEST_SHAPE = 4096;

    /** Options of the converter that say something about the model. */
    private static final Set<String> OPTIONS = Set.of(
            "framework",
            "data_type",
            "model_name",
            "input_shape",
            "mean_values",
            "scale_values",
            "reverse_input_channels",
            "layout");

    private static final Set<String> NOTHING = Set.of("", "DIR", "()", "{}", "None", "False");

    private final Findings findings;
    private final List<TensorSpec> inputs = new ArrayList<>();
    private final List<Result> results = new ArrayList<>();
    private final LongTable precisions = new LongTable();
    private final LongTable sources = new LongTable();
    private final NameHashes read = new NameHashes();
    private final Deque<String> path = new ArrayDeque<>();
    private XMLStreamReader xml;
    private boolean old;
    private boolean again;
    private boolean open;
    private String stated = "";
    private @Nullable Result unread;
    private String layer = "";
    private String id = "";
    private String type = "";
    private String precision = "";
    private int parameters;
    private int known;
    private int told;
    private long constants;
    private long constantBytes;
    private final List<Dim> dims = new ArrayList<>();

    /** An output, the hash of its layer's id, and its type as the layer before it states; -1 where that comes later. */
    private record Result(long id, String name, List<Dim> dims, long type) {}

    private OpenVinoInspection(Findings findings, XMLStreamReader xml) {
        this.findings = findings;
        this.xml = xml;
    }

    static void inspect(FileView file, Findings findings) {
        try {
            OpenVinoInspection inspection = new OpenVinoInspection(findings, reader(file));
            inspection.walk();
            if (inspection.old) {
                inspection.again = true;
                inspection.xml = reader(file);
                inspection.walk();
            }
            inspection.report();
        } catch (XMLStreamException e) {
            throw new ModelFormatException(
                    "Model (" + file.path() + ") is OpenVINO XML that is damaged (" + e.getMessage()
                            + "). Maybe fetch it again.",
                    e);
        }
    }

    private static XMLStreamReader reader(FileView file) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        // Decoded here: the JDK's parser prints to the console where bytes are no UTF-8.
        int mark = file.latin(0, 3).equals("\u00ef\u00bb\u00bf") ? 3 : 0;
        return factory.createXMLStreamReader(new InputStreamReader(file.windowed(mark), StandardCharsets.UTF_8));
    }

    private void walk() throws XMLStreamException {
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                String element = xml.getLocalName();
                if (element.equals("dim")) { // read up to its end
                    dim();
                } else {
                    path.push(element);
                    if (again) {
                        unread(element);
                    } else {
                        start(element);
                    }
                }
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                path.poll();
                if (xml.getLocalName().equals("layer") && !again) {
                    end();
                }
            }
        }
        xml.close();
    }

    private void report() {
        if (constantBytes > 0) {
            findings.weights(constants, constantBytes);
        }
        List<TensorSpec> outputs = new ArrayList<>();
        for (Result result : results) {
            long type = result.type() >= 0 ? result.type() : precisions.get(sources.get(result.id(), 0), -1);
            if (type >= 0) {
                outputs.add(new TensorSpec(result.name(), ElementType.ofOnnx((int) type), result.dims()));
            }
        }
        if (known == parameters && outputs.size() == results.size()) {
            findings.signature(new Signature(inputs, outputs));
        } else {
            findings.warn("Some inputs or outputs have a type this version does not know.");
        }
    }

    private static @Nullable ElementType element(String precision) {
        return TYPES.get(precision.toLowerCase(Locale.ROOT));
    }

    private void start(String element) throws XMLStreamException {
        switch (element) {
            case "net" -> {
                findings.note("graph", attribute("name"));
                findings.formatVersion("IR " + attribute("version"));
                old = attribute("version").matches("[1-9]");
                if (old) {
                    findings.inconvertible("only IR 10 and 11 are converted; convert the original model again with"
                            + " OpenVINO 2022 or later");
                    findings.warn("IR " + attribute("version") + " is of a time before operation sets; it is listed,"
                            + " not converted.");
                }
            }
            case "layer" -> {
                layer = attribute("name");
                id = attribute("id");
                open = false;
                type = attribute("type").equals("Input") && old ? "Parameter" : attribute("type");
                stated = attribute("precision");
                dims.clear();
                precision = old ? stated : "";
                findings.operator(type);
            }
            case "data" -> {
                if (type.equals("Parameter") && !old) {
                    precision = attribute("element_type");
                    open = attribute("shape").equals("...");
                } else if (type.equals("Const")) {
                    constant(attribute("element_type"), attribute("shape"), attribute("size"));
                }
            }
            case "port" -> {
                dims.clear();
                ElementType kind = path.contains("output") ? precision() : null;
                if (kind != null) {
                    precisions.put(port(id, attribute("id")), kind.onnxCode());
                }
                if (type.equals("Parameter") && !attribute("names").isEmpty()) {
                    findings.note("tensor names of " + layer, attribute("names"));
                }
            }
            case "weights", "biases" -> {
                if (old) {
                    blob(attribute("size"), attribute("precision"));
                }
            }
            case "edge" -> {
                long from = port(attribute("from-layer"), attribute("from-port"));
                if (old) {
                    read.add(from);
                } else {
                    sources.put(NameHashes.of(attribute("to-layer")), from);
                }
            }
            case "MO", "MO_version", "convert_tool", "Runtime_version" -> {
                String version = attribute("version") + attribute("value");
                if (!version.isEmpty() && !version.startsWith("unknown")) {
                    findings.producer("OpenVINO " + version);
                }
            }
            default -> about(element);
        }
    }

    /** What stands in the notes of the whole model: {@code net/rt_info} or {@code net/meta_data}, at any depth. */
    private void about(String element) {
        boolean notes = path.contains("rt_info") || path.contains("meta_data") && OPTIONS.contains(element);
        String value = attribute("value");
        if (notes && !path.contains("layer") && !NOTHING.contains(value) && told++ < MOST_NOTES) {
            findings.note(element, value);
        }
    }

    private @Nullable ElementType precision() {
        return element(attribute("precision").isEmpty() ? stated : attribute("precision"));
    }

    private static long port(String layerId, String portId) {
        return NameHashes.fold(NameHashes.fold(NameHashes.of(layerId), ':'), NameHashes.of(portId));
    }

    private void dim() throws XMLStreamException {
        Dim dim = dim(xml.getElementText());
        List<Dim> into = unread != null ? unread.dims() : dims;
        boolean wanted = unread != null || type.equals("Parameter") || type.equals("Result");
        if (wanted && into.size() < MOST_DIMS) {
            into.add(dim);
        }
    }

    /** Before operation sets there are no Result layers: outputs are what no layer reads, found in a second walk. */
    private void unread(String element) {
        switch (element) {
            case "layer" -> {
                layer = attribute("name");
                id = attribute("id");
                type = "";
                stated = attribute("precision");
                unread = null;
            }
            case "port" -> {
                unread = null;
                ElementType kind = precision();
                if (path.contains("output") && !read.contains(port(id, attribute("id"))) && room()) {
                    unread = new Result(0, layer, new ArrayList<>(), kind == null ? -1 : kind.onnxCode());
                    results.add(unread);
                }
            }
            default -> {} // told before
        }
    }

    private boolean room() {
        return findings.roomForTensor(layer);
    }

    private void blob(String size, String kind) {
        ElementType element = element(kind.isEmpty() ? stated : kind);
        if (element != null && element.bits() >= 8 && size.matches("\\d{1,15}")) {
            constants += Long.parseLong(size) / (element.bits() / 8);
            constantBytes += Long.parseLong(size);
        }
    }

    /** Weights by what the graph says of them; constants that share bytes count once each. */
    private void constant(String kind, String shape, String size) {
        if (shape.length() > LONGEST_SHAPE) {
            return;
        }
        long elements = 1;
        for (String dim : shape.isBlank() ? new String[0] : shape.split(",")) {
            String digits = dim.strip();
            if (!digits.matches("\\d{1,9}") || elements > Long.MAX_VALUE >> 40) {
                return;
            }
            elements *= Long.parseLong(digits);
        }
        ElementType element = element(kind);
        if (element == null || Weights.learned(element)) {
            constants += elements;
            constantBytes += size.matches("\\d{1,15}") ? Long.parseLong(size) : 0;
        }
        if (!kind.isEmpty()) {
            findings.count("constants of " + kind);
        }
    }

    private void end() {
        if (type.equals("Parameter")) {
            parameters++;
            ElementType element = element(precision);
            if (element != null) {
                if (dims.isEmpty() && open) {
                    findings.unranked(layer);
                }
                known++;
                findings.list(inputs, new TensorSpec(layer, element, dims));
            }
        } else if (type.equals("Result") && room()) {
            results.add(new Result(NameHashes.of(id), layer, List.copyOf(dims), -1));
        }
        type = "";
    }

    private static Dim dim(String text) {
        try {
            return Dim.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return Dim.UNKNOWN; // a range such as 1..8
        }
    }

    private String attribute(String name) {
        @Nullable String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }
}
