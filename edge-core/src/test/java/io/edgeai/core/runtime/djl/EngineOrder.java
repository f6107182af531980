package io.edgeai.core.runtime.djl;

import io.edgeai.core.runtime.EngineCase;
import io.edgeai.core.runtime.EngineContract;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeContractTest;
import io.edgeai.core.runtime.xgboost.XgboostContractTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A program that starts engines in the order of its arguments, all in one process, and checks what they answer. */
final class EngineOrder {
    private static final Map<String, EngineContract> ENGINES = Map.of(
            "onnxruntime", new OnnxRuntimeContractTest(),
            "xgboost", new XgboostContractTest(),
            "pytorch", new PyTorchContractIT(),
            "tensorflow", new TensorFlowContractIT());

    private EngineOrder() {}

    /** @param arguments a folder, where the last answer leaves a file {@code done}, and names of engines */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Map<EngineCase, InferenceSession> open = new LinkedHashMap<>();
        for (String name : List.of(arguments).subList(1, arguments.length)) {
            EngineContract engine = ENGINES.get(name);
            EngineCase model = engine.plain(Files.createDirectory(folder.resolve(name)));
            InferenceSession session = engine.engine().open(model.model(), SessionOptions.defaults());
            open.put(model, session);
            for (Map.Entry<EngineCase, InferenceSession> each : open.entrySet()) {
                each.getKey().verify(each.getValue().run(each.getKey().inputs()));
            }
        }
        open.values().forEach(InferenceSession::close);
        Files.createFile(folder.resolve("done"));
    }
}
