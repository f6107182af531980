/**
 * Rounds over a connection, whatever carries it: who may take part, what is said in which order, and how much of it fits in
 * memory at once. The state machines of both sides know messages and links, but neither threads nor sockets.
 */
@NullMarked
package io.edgeai.federated.transport;

import org.jspecify.annotations.NullMarked;
