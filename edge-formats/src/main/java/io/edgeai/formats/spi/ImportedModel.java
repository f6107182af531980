package io.edgeai.formats.spi;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import java.util.List;

/**
 * An ONNX graph made from a foreign model, and how.
 *
 * @param graph the graph; the caller's to keep and change
 * @param source the format it came from
 * @param producer name and version of the tool that wrote the file, empty where it does not say
 * @param notes one line for each part and what it became, in file order, and what else the user should know
 * @param report the parts alone, structured
 */
public record ImportedModel(
        OnnxGraph graph, ModelFormat source, String producer, List<String> notes, ImportReport report) {
    public ImportedModel {
        notes = List.copyOf(notes);
    }

    /** Without a report. */
    public ImportedModel(OnnxGraph graph, ModelFormat source, String producer, List<String> notes) {
        this(graph, source, producer, notes, ImportReport.EMPTY);
    }
}
