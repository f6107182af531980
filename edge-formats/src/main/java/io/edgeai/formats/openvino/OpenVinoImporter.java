package io.edgeai.formats.openvino;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.openvino.ir.IrModel;
import io.edgeai.formats.openvino.ir.IrReader;
import io.edgeai.formats.openvino.ops.IrGraphWriter;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.spi.ModelImporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenVINO IR 10 and 11 to ONNX (operator set 21). Inputs have the names of their Parameter layers, outputs the names of
 * the tensors or layers that Result layers read. Stateless and thread-safe.
 */
public final class OpenVinoImporter implements ModelImporter {
    @Override
    public ModelFormat format() {
        return ModelFormat.OPENVINO;
    }

    @Override
    public ImportedModel read(Path source) {
        IrModel model = IrReader.read(source);
        IrGraphWriter writer = new IrGraphWriter(model);
        OnnxGraph graph = writer.write();
        List<String> notes = new ArrayList<>();
        writer.account().counts().forEach((op, count) -> notes.add(op + " x " + count));
        if (writer.account().counts().containsKey("ReadValue")) {
            notes.add("states start at their first value in every call");
        }
        String producer = model.producer().isEmpty() ? "OpenVINO IR " + model.version() : model.producer();
        return new ImportedModel(
                graph, ModelFormat.OPENVINO, producer, notes, writer.account().report());
    }
}
