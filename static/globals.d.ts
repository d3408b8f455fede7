// What boot.js leaves for the modules.
interface Window {
	bootSession: Promise<Response>;
}
