package io.edgeai.core.runtime.xgboost;

import io.edgeai.core.runtime.EngineCase;
import io.edgeai.core.runtime.EngineContract;
import io.edgeai.core.runtime.InferenceRuntime;
import java.io.IOException;
import java.nio.file.Path;

public class XgboostContractTest implements EngineContract {
    @Override
    public InferenceRuntime engine() {
        return new XgboostRuntime();
    }

    @Override
    public EngineCase plain(Path folder) throws IOException {
        return Stumps.many(5, 12).in(folder.resolve("plain.json"), 9);
    }

    @Override
    public EngineCase slow(Path folder) throws IOException {
        return Stumps.many(5, 100).in(folder.resolve("slow.json"), 60_000);
    }

    @Override
    public EngineCase large(Path folder) throws IOException {
        return Stumps.many(5, 2_500).in(folder.resolve("large.json"), 2);
    }
}
