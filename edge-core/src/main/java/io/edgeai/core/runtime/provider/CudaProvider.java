package io.edgeai.core.runtime.provider;

import java.util.Map;

/**
 * NVIDIA GPUs through CUDA and cuDNN. Needs {@code com.microsoft.onnxruntime:onnxruntime_gpu} in the place of
 * {@code onnxruntime}, CUDA 12, cuDNN 9 and a driver. ONNX Runtime's defaults: device 0, all of its memory, matrix products in TF32
 * (a mantissa of 10 bits) where the GPU has it, and convolutions tried out in all ways at the first run of each shape.
 */
public record CudaProvider(Map<String, String> options) implements ExecutionProvider {
    public CudaProvider {
        options = Map.copyOf(options);
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public CudaProvider option(String name, String value) {
        return new CudaProvider(Settings.with(options, name, value));
    }

    public static CudaProvider device(int index) {
        return new CudaProvider(Map.of("device_id", Settings.device(index)));
    }

    /** Bytes that ONNX Runtime's arena may take of the GPU's memory, 1 MiB or more; default all. cuDNN takes its own. */
    public CudaProvider memoryLimit(long bytes) {
        return option("gpu_mem_limit", Settings.bytes("memoryLimit", bytes)).option("arena_extend_strategy", "kSameAsRequested");
    }

    /** Whether products of FLOAT may be computed in TF32: faster, off by about 1e-3 of the value; default true. */
    public CudaProvider tf32(boolean allowed) {
        return option("use_tf32", allowed ? "1" : "0");
    }

    /**
     * Whether every way of a convolution is tried at the first run of each shape (true, the default), which takes up to
     * seconds, or cuDNN's own guess is taken (false): better where batch sizes vary.
     */
    public CudaProvider searchConvolutions(boolean all) {
        return option("cudnn_conv_algo_search", all ? "EXHAUSTIVE" : "HEURISTIC");
    }
}
