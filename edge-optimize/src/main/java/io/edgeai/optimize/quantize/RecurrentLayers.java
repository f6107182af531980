package io.edgeai.optimize.quantize;

/** What dynamic quantization does with LSTM layers; GRU and RNN have no integer kernel and are always stored. */
public enum RecurrentLayers {
    /** Products on integers where the layer's form allows it: faster from about 64 units on. */
    INTEGER,
    /** Weights stored in bytes, computed in float. */
    STORED
}
