/**
 * Text in, answers out: classification, entities, answers in a context, masked words, embeddings, labels not seen in training. Each pipeline takes a graph, its tokenizer and its labels, feeds what the graph asks for and turns raw numbers into records.
 */
@NullMarked
package io.edgeai.core.text.pipeline;

import org.jspecify.annotations.NullMarked;
