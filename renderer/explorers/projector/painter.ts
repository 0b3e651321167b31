/**
 * Draws every point of a cloud in two calls of WebGL, those not selected below those that are: 100,000 points are a
 * buffer that stays on the device, and moving the camera changes four numbers. Without a graphics card the processor
 * draws them itself, for it is slow at playing one.
 */
import type { Camera, Size } from './camera';
import type { Looks } from './looks';
import type { Painter } from './painting';
import { openPixelPainter } from './pixel-painter';

const vertex = `#version 300 es
in vec2 from;
in vec2 to;
in vec4 look;
uniform vec2 middle;
uniform vec2 scale;
uniform float morph;
uniform float mark;
uniform float wanted;
uniform sampler2D palette;
flat out vec4 colour;
flat out float shape;
void main() {
  float state = look.z;
  bool shown = state > 0.5 && (state > 2.5) == (wanted > 0.5);
  vec2 at = (mix(from, to, morph) - middle) * scale;
  gl_Position = shown ? vec4(at, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = mark * (state > 2.5 ? 1.25 : 1.0);
  vec3 rgb = texelFetch(palette, ivec2(int(look.x + 0.5), 0), 0).rgb;
  colour = vec4(rgb, state > 2.5 ? 1.0 : state > 1.5 ? 0.16 : 0.72);
  shape = look.y;
}`;

// Distances in the mark's own box of −1 … 1; the last pixel is softened.
const fragment = `#version 300 es
precision highp float;
flat in vec4 colour;
flat in float shape;
uniform float mark;
out vec4 result;
float starAt(vec2 p) {
  float sector = 6.2831853 / 5.0;
  float angle = mod(atan(p.x, -p.y) + sector * 0.5, sector) - sector * 0.5;
  vec2 q = length(p) * vec2(abs(sin(angle)), cos(angle));
  vec2 a = vec2(0.0, 0.95);
  vec2 b = 0.44 * vec2(sin(sector * 0.5), cos(sector * 0.5));
  vec2 e = b - a;
  return (e.y * (q.x - a.x) - e.x * (q.y - a.y)) / -length(e);
}
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  vec2 a = abs(p);
  float d;
  if (shape < 0.5) d = length(p) - 0.78;
  else if (shape < 1.5) d = max(a.x, a.y) - 0.68;
  else if (shape < 2.5) d = max(a.x * 0.866 + p.y * -0.5, p.y) - 0.5;
  else if (shape < 3.5) d = starAt(p);
  else if (shape < 4.5) d = abs(length(p) - 0.62) - 0.2;
  else if (shape < 5.5) d = max(min(a.x, a.y) - 0.26, max(a.x, a.y) - 0.8);
  else if (shape < 6.5) d = (a.x + a.y - 0.92) * 0.7;
  else d = max(a.x - 0.88, a.y - 0.3);
  float soft = 1.0 - smoothstep(-0.6, 0.6, d * mark * 0.5);
  float alpha = colour.a * (mark < 4.5 ? max(soft, 0.25 * step(d, 0.2)) : soft);
  if (alpha < 0.01) discard;
  result = vec4(colour.rgb * alpha, alpha);
}`;

/** Of the canvas given: WebGL 2 where a graphics card draws it, which is what the "major caveat" is about. */
export function openPainter(canvas: HTMLCanvasElement): Painter | undefined {
  const gl = canvas.getContext('webgl2', { antialias: false, failIfMajorPerformanceCaveat: true });
  return gl ? new GlPainter(canvas, gl) : openPixelPainter(canvas);
}

function programOf(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram()!;
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(`internal: the projector's shader does not link: ${gl.getProgramInfoLog(program) ?? ''}`);
  return program;
}

class GlPainter implements Painter {
  readonly kind = 'webgl';
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #buffers: Record<'from' | 'to' | 'look', WebGLBuffer>;
  readonly #texture: WebGLTexture;
  readonly #places: Record<string, WebGLUniformLocation | null>;
  #count = 0;
  #last: Float32Array | undefined;

  constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext) {
    this.#canvas = canvas;
    this.#gl = gl;
    this.#program = programOf(gl);
    const make = (name: string, size: number, type: number) => {
      const buffer = gl.createBuffer()!;
      const place = gl.getAttribLocation(this.#program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, size, type, false, 0, 0);
      return buffer;
    };
    this.#buffers = {
      from: make('from', 2, gl.FLOAT),
      to: make('to', 2, gl.FLOAT),
      look: make('look', 4, gl.UNSIGNED_BYTE),
    };
    this.#texture = gl.createTexture()!;
    const uniforms = ['middle', 'scale', 'morph', 'mark', 'wanted', 'palette'];
    this.#places = Object.fromEntries(uniforms.map((name) => [name, gl.getUniformLocation(this.#program, name)]));
  }

  #put(buffer: WebGLBuffer, data: Float32Array | Uint8Array): void {
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, buffer);
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, data, this.#gl.DYNAMIC_DRAW);
  }

  positions(to: Float32Array, from = this.#last): void {
    this.#count = to.length / 2;
    this.#put(this.#buffers.to, to);
    this.#put(this.#buffers.from, from?.length === to.length ? from : to);
    this.#last = to;
  }

  looks(looks: Looks): void {
    this.#put(this.#buffers.look, looks);
  }

  palette(colours: Uint8Array): void {
    const { TEXTURE_2D, RGBA, UNSIGNED_BYTE, NEAREST, TEXTURE_MIN_FILTER, TEXTURE_MAG_FILTER } = this.#gl;
    this.#gl.bindTexture(TEXTURE_2D, this.#texture);
    this.#gl.texImage2D(TEXTURE_2D, 0, RGBA, 256, 1, 0, RGBA, UNSIGNED_BYTE, colours);
    this.#gl.texParameteri(TEXTURE_2D, TEXTURE_MIN_FILTER, NEAREST);
    this.#gl.texParameteri(TEXTURE_2D, TEXTURE_MAG_FILTER, NEAREST);
  }

  draw(camera: Camera, { width, height }: Size, mark: number, morph: number): void {
    const gl = this.#gl;
    const ratio = globalThis.devicePixelRatio || 1;
    const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    if (this.#canvas.width !== w) this.#canvas.width = w;
    if (this.#canvas.height !== h) this.#canvas.height = h;
    gl.viewport(0, 0, w, h);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(this.#program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.uniform2f(this.#places['middle']!, camera.x, camera.y);
    gl.uniform2f(this.#places['scale']!, (2 * camera.scale) / width, (2 * camera.scale) / height);
    gl.uniform1f(this.#places['morph']!, morph);
    gl.uniform1f(this.#places['mark']!, mark * ratio);
    gl.uniform1i(this.#places['palette']!, 0);
    for (const wanted of [0, 1]) {
      gl.uniform1f(this.#places['wanted']!, wanted);
      gl.drawArrays(gl.POINTS, 0, this.#count);
    }
  }

  free(): void {
    const gl = this.#gl;
    for (const buffer of Object.values(this.#buffers)) gl.deleteBuffer(buffer);
    gl.deleteTexture(this.#texture);
    gl.deleteProgram(this.#program);
  }
}
