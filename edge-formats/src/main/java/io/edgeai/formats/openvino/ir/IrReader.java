package io.edgeai.formats.openvino.ir;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads OpenVINO IR of versions 10 and 11. Document types and external entities are off; nesting and counts are
 * limited. Stateless and thread-safe.
 */
public final class IrReader {
    private static final int OLDEST = 10;
    private static final int NEWEST = 11;
    private static final int DEEPEST = 16;
    private static final int MOST_LAYERS = 1_000_000;

    private final XMLStreamReader xml;
    private final Path file;
    private String producer = "";
    private int layers;

    private IrReader(XMLStreamReader xml, Path file) {
        this.xml = xml;
        this.file = file;
    }

    /**
     * @param model the .xml file, or a folder that holds exactly one
     * @throws ModelFormatException where it is no IR, or damaged
     * @throws UnsupportedOperatorException where it is of another version
     */
    public static IrModel read(Path model) {
        Path file = Files.isDirectory(model) ? only(model) : model;
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            in.mark(3);
            boolean marked = in.read() == 0xef && in.read() == 0xbb && in.read() == 0xbf;
            if (!marked) {
                in.reset();
            }
            // Decoded here: the JDK's parser prints to the console where bytes are no UTF-8.
            XMLStreamReader xml = factory.createXMLStreamReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return new IrReader(xml, file).model();
        } catch (XMLStreamException | NumberFormatException e) {
            throw new ModelFormatException(
                    "Model (" + file + ") is OpenVINO XML that is damaged (" + e.getMessage()
                            + "). Maybe fetch it again.",
                    e);
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Model (" + file + ") cannot be read: " + e + ". Maybe check its permissions.", e);
        }
    }

    private static Path only(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found =
                    files.filter(f -> f.toString().endsWith(".xml")).limit(2).toList();
            if (found.size() == 1) {
                return found.get(0);
            }
            throw new ModelFormatException("Folder (" + folder + ") holds " + (found.isEmpty() ? "no" : "several")
                    + " .xml files. Maybe name the model's.");
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Folder (" + folder + ") cannot be read: " + e + ". Maybe check its permissions.", e);
        }
    }

    private IrModel model() throws XMLStreamException {
        while (xml.hasNext() && xml.next() != XMLStreamConstants.START_ELEMENT) {
            // comments and declarations before the root
        }
        if (!xml.isStartElement() || !xml.getLocalName().equals("net")) {
            throw new ModelFormatException("Model (" + file + ") has no <net>. Maybe it is another kind of XML.");
        }
        String name = attribute("name");
        String version = attribute("version");
        int number = version.matches("\\d{1,4}") ? Integer.parseInt(version) : 0;
        if (number < OLDEST || number > NEWEST) {
            throw new UnsupportedOperatorException("Model (" + file + ") is OpenVINO IR of version (" + version
                    + "); versions 10 and 11 can be converted. Maybe convert the original model again with OpenVINO"
                    + " 2022 or later, or export it to ONNX.");
        }
        IrGraph graph = graph("net", 0);
        String path = file.toString();
        Path weights = Path.of(path.replaceFirst("\\.[^.\\\\/]*$", "") + ".bin");
        return new IrModel(name, number, producer, graph, new IrWeights(weights));
    }

    /** Reads to the end of the element that holds {@code layers} and {@code edges}. */
    private IrGraph graph(String element, int depth) throws XMLStreamException {
        if (depth > DEEPEST) {
            throw damaged("nests graphs deeper than (" + DEEPEST + ")");
        }
        List<IrLayer> found = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Map<String, String> edges = new HashMap<>();
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals(element)) {
                return new IrGraph(found, edges);
            }
            if (event != XMLStreamConstants.START_ELEMENT) {
                continue;
            }
            switch (xml.getLocalName()) {
                case "layer" -> {
                    if (++layers > MOST_LAYERS) {
                        throw damaged("has more than " + MOST_LAYERS + " layers");
                    }
                    IrLayer layer = layer(depth);
                    if (!ids.add(layer.id())) {
                        throw damaged("has two layers of number (" + layer.id() + "), the second named (" + layer.name()
                                + ")");
                    }
                    found.add(layer);
                }
                case "edge" -> {
                    String to = attribute("to-layer") + ":" + attribute("to-port");
                    if (edges.put(to, attribute("from-layer") + ":" + attribute("from-port")) != null) {
                        throw damaged("has two edges to one port (" + to + ")");
                    }
                }
                case "MO_version", "Runtime_version", "MO" -> {
                    String text = attribute("value") + attribute("version");
                    producer = producer.isEmpty() && !text.isEmpty() ? "OpenVINO " + text : producer;
                }
                default -> {} // containers and notes of the converter
            }
        }
        throw damaged("ends within a graph");
    }

    private ModelFormatException damaged(String how) {
        return new ModelFormatException("Model (" + file + ") " + how + ". Maybe it is damaged; fetch it again.");
    }

    private IrLayer layer(int depth) throws XMLStreamException {
        String id = attribute("id");
        String name = attribute("name");
        String type = attribute("type");
        String opset = attribute("version");
        Map<String, String> data = new LinkedHashMap<>();
        List<IrPort> inputs = new ArrayList<>();
        List<IrPort> outputs = new ArrayList<>();
        Map<String, IrGraph> bodies = new LinkedHashMap<>();
        Map<String, List<Map<String, String>>> portMaps = new LinkedHashMap<>();
        boolean output = false;
        String map = "";
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.END_ELEMENT) {
                if (xml.getLocalName().equals("layer")) {
                    return new IrLayer(id, name, type, opset, data, inputs, outputs, bodies, portMaps);
                }
                map = xml.getLocalName().equals(map) ? "" : map;
                continue;
            }
            if (event != XMLStreamConstants.START_ELEMENT) {
                continue;
            }
            String element = xml.getLocalName();
            if (!map.isEmpty()) {
                Map<String, String> entry = new LinkedHashMap<>(attributes());
                entry.put("element", element);
                portMaps.computeIfAbsent(map, k -> new ArrayList<>()).add(entry);
                continue;
            }
            switch (element) {
                case "data" -> data.putAll(attributes());
                case "input" -> output = false;
                case "output" -> output = true;
                case "port" -> (output ? outputs : inputs).add(port());
                case "body", "then_body", "else_body" -> bodies.put(element, graph(element, depth + 1));
                case "port_map", "then_port_map", "else_port_map", "back_edges" -> map = element;
                default -> {} // run-time information
            }
        }
        throw damaged("ends within a layer");
    }

    private IrPort port() throws XMLStreamException {
        String id = attribute("id");
        String precision = attribute("precision").toLowerCase(Locale.ROOT).replace("fp", "f");
        String names = attribute("names");
        List<Long> dims = new ArrayList<>();
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("port")) {
                break;
            }
            if (event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("dim")) {
                String text = xml.getElementText().strip();
                dims.add(text.matches("\\d{1,18}") ? Long.parseLong(text) : -1L);
            }
        }
        return new IrPort(
                id, precision, dims.stream().mapToLong(Long::longValue).toArray(), names);
    }

    private Map<String, String> attributes() {
        Map<String, String> found = new LinkedHashMap<>();
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            found.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
        }
        return found;
    }

    private String attribute(String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }
}
